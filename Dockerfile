# One image for every process of Berth; the command says which (see docker-compose.yml).
FROM node:22-bookworm-slim AS packages
WORKDIR /berth
COPY package.json package-lock.json .npmrc ./
COPY contract/package.json contract/
COPY entities/package.json entities/
COPY activities/package.json activities/
COPY workflows/package.json workflows/
COPY apps/api/package.json apps/api/
COPY apps/client/package.json apps/client/
COPY apps/stack/package.json apps/stack/
COPY apps/upstreams/package.json apps/upstreams/
COPY apps/worker/package.json apps/worker/
COPY tests/package.json tests/
RUN npm ci --loglevel=error

FROM packages AS dashboard
COPY tsconfig.json ./
COPY contract contract
COPY apps/client apps/client
RUN cd apps/client && npx vite build --outDir /dashboard --logLevel warn

FROM node:22-bookworm-slim
# Temporal's native core checks TLS certificates against the system's.
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /berth
ENV NODE_ENV=production DASHBOARD_FOLDER=/dashboard
COPY --from=packages /berth ./
COPY . .
COPY --from=dashboard /dashboard /dashboard
USER node
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["apps/api/src/main.ts"]
