# syntax=docker/dockerfile:1
# docker build -f docker/api.Dockerfile -t cadenza/api .
# Differs from the other apps' files in the words "api", ports and description alone.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

# Installed again only when a manifest changes. The secret is for a registry of one's own.
FROM ${NODE_IMAGE} AS deps
WORKDIR /src
COPY --from=manifests /src ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --ignore-scripts --no-audit --no-fund

# dist/apps/api is the bundle with its own lockfile, cut down to what it imports.
FROM deps AS build
COPY . .
RUN NX_DAEMON=false NX_TUI=false npx --no-install nx run @cadenza/api:prune --skip-sync
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --prefix dist/apps/api --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0-local
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cadenza api" \
      org.opencontainers.image.description="REST, webhooks in, OpenAPI" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HEALTH_PORT=3001
WORKDIR /app
# Owned by root, so that the process cannot change its own code.
COPY --from=build /src/dist/apps/api ./
# The API and the event-worker keep inbound mail here: a volume that is mounted on it is the process's own, as this folder is.
RUN install --directory --owner=node --group=node /var/lib/cadenza
USER node
EXPOSE 3000 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Most of what a process makes lives for one batch: four times the default (MiB for each of the three
# parts of the young generation), so that it is collected more rarely.
CMD ["node", "--max-semi-space-size=64", "main.js"]
