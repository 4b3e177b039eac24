# syntax=docker/dockerfile:1
# One image for every process of the platform. docker-compose.yml says what each container runs.

ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS installed
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/bottega
ENV PATH=/opt/bottega/bin:${PATH}
WORKDIR /source

# From what changes least to what changes most, so that a change of code downloads nothing again.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --requirement requirements.lock

# Not locked, because the build has to fit the machine. PyPI has the CUDA build; for a machine without a GPU use
# --build-arg TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu
ARG TORCH_INDEX_URL=https://pypi.org/simple
RUN pip install --index-url "${TORCH_INDEX_URL}" "torch>=2.6,<2.14"

COPY pyproject.toml README.md LICENSE ./
COPY shared shared
COPY web web
COPY worker worker
COPY migrations migrations
RUN pip install --no-deps .

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --user-group --create-home --shell /usr/sbin/nologin bottega
COPY --from=installed /opt/bottega /opt/bottega
ENV PATH=/opt/bottega/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /home/bottega
# Named volumes take over their owner and mode.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/bottega/spool /var/lib/bottega/received
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:web.server", "web.wsgi:app"]
