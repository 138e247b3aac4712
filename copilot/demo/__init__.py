"""The bundled demo workspace and the main job run on it."""
