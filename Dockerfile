# Builds and runs the server. `docker build -t keyper . && docker run -p 6379:6379 keyper`
FROM node:20-slim AS build
WORKDIR /keyper
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN node scripts/build.mjs --no-types && npm prune --omit=dev

FROM node:20-slim
WORKDIR /keyper
COPY --from=build /keyper/package.json /keyper/LICENSE ./
COPY --from=build /keyper/dist ./dist
COPY --from=build /keyper/node_modules ./node_modules
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 6379
# What can reach a container is decided outside of it. Arguments to `docker run` and other variables win over these.
ENV KEYPER_DIR=/data KEYPER_PROTECTED_MODE=no
ENTRYPOINT ["node", "/keyper/dist/main.js"]
