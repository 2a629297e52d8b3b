# The look-up server on one model:
#
#     docker build -t xling .
#     docker run --rm --stop-timeout 15 -p 127.0.0.1:8000:8000 -v "$PWD/models/en-de:/models/en-de:ro" -e XLING_API_KEY=... xling
#
# Only what look-up needs is installed: no PyTorch.
FROM python:3.12.11-slim-bookworm

RUN useradd --create-home --uid 10001 xling
WORKDIR /app
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY xling xling
RUN pip install --no-cache-dir -c constraints.txt \
        anyascii faiss-cpu fastapi httptools msgspec numpy pydantic rapidfuzz regex rich safetensors \
        scipy snowballstemmer threadpoolctl tokenizers typer uvicorn uvloop \
    && pip install --no-cache-dir -c constraints.txt --no-deps .

USER xling
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["xling", "serve", "--host", "0.0.0.0"]
CMD ["/models/en-de"]
