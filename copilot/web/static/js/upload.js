// Sending a file, with how much of it is there.

import { Problem, token } from "./api.js";

/** Upload a form with progress from 0 to 1; answers the JSON. */
export function upload(path, form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", token);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.loaded / (event.total || 1));
    request.onerror = () => reject(new Problem(0, null));
    request.onload = () => request.status < 300
      ? resolve(request.response) : reject(new Problem(request.status, request.response));
    request.send(form);
  });
}
