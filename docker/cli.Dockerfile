# syntax=docker/dockerfile:1
# docker build -f docker/cli.Dockerfile -t cadenza/cli .
# The command line: migrations, logins, tenants, keys. Its first two stages are those of the apps.
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

# The command line is no bundle: what it imports stays in the workspace's own folders, without
# sources, and without development dependencies, which npm would install for linked folders too.
FROM deps AS build
COPY . .
RUN NX_DAEMON=false NX_TUI=false npx --no-install nx run @cadenza/cli:build --skip-sync
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    find libs tools -mindepth 2 -maxdepth 2 ! -name dist ! -name package.json -exec rm -rf {} + \
    && npm pkg delete devDependencies --workspaces \
    && rm -rf node_modules \
    && npm ci --omit=dev --workspace=@cadenza/cli --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0-local
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cadenza cli" \
      org.opencontainers.image.description="Migrates the database, makes logins, tenants and keys" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
# Owned by root, so that the process cannot change its own code.
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/libs libs
COPY --from=build /src/tools/cli tools/cli
COPY docker/logins.mjs docker/logins.mjs
USER node
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "tools/cli/dist/main.js"]
CMD ["--help"]
