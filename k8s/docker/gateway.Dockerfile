# syntax=docker/dockerfile:1
# The gateway on a JRE. From the repository's root:
#   docker build -f k8s/docker/gateway.Dockerfile -t registry.example.org/weir-gateway:$(git describe --tags --always) .
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-17
ARG JRE_IMAGE=eclipse-temurin:17-jre

FROM ${MAVEN_IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -Psbom -pl query-gateway -am -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true package

FROM ${JRE_IMAGE}
# Libraries change less often than the gateway: a layer of their own.
COPY --from=build /src/query-gateway/target/lib /opt/weir/lib
COPY --from=build /src/query-gateway/target/weir-query-gateway.jar /opt/weir/
USER 10001:10001
# Heap by the container's limit; a process without memory is worth nothing and is replaced.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/weir/weir-query-gateway.jar:/opt/weir/lib/*", "io.weir.gateway.Gateway"]
