# syntax=docker/dockerfile:1
# Linted with hadolint in the tests; building it needs a Docker engine.

FROM python:3.11-slim-bookworm AS build
# gcc and the headers build the few dependencies that have no wheel; they stay in this stage.
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential=12.9 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Name an index with CPU builds of torch here to leave CUDA out: --build-arg PIP_EXTRA_INDEX_URL=…
ARG PIP_EXTRA_INDEX_URL=""
COPY constraints.txt ./
RUN python -m venv /opt/copilot \
 && /opt/copilot/bin/pip install --no-cache-dir --constraint constraints.txt torch==2.13.0
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY copilot copilot
COPY prompts prompts
COPY eval eval
RUN /opt/copilot/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /data copilot
COPY --from=build /opt/copilot /opt/copilot
ENV PATH=/opt/copilot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COPILOT_DATA_DIR=/data \
    COPILOT_SERVER__HOST=0.0.0.0 \
    COPILOT_LOG__FORMAT=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=2)"]
CMD ["copilot", "serve"]
