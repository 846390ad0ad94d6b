# syntax=docker/dockerfile:1
# Flink with the jobs, the tasks and the S3 plug-in. From the repository's root:
#   docker build -f k8s/docker/flink.Dockerfile -t registry.example.org/weir-flink:$(git describe --tags --always) .
# The same sources make the same jar, byte for byte. Pin both bases by digest in your registry to make the
# same image; --build-arg SOURCE_DATE_EPOCH fixes the times of the layers.
ARG MAVEN_IMAGE=maven:3.9-eclipse-temurin-17
ARG FLINK_IMAGE=flink:2.2.0-scala_2.12-java17

FROM ${MAVEN_IMAGE} AS build
WORKDIR /src
COPY . .
# Tests and formatting are continuous integration's.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -Psbom -pl jobs -am -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true package

FROM ${FLINK_IMAGE}
# The distribution's own, so that it is of Flink's very version. Not in lib/: file systems are plug-ins.
RUN mkdir -p /opt/flink/plugins/s3-fs-hadoop /opt/flink/usrlib \
 && cp /opt/flink/opt/flink-s3-fs-hadoop-*.jar /opt/flink/plugins/s3-fs-hadoop/
COPY --from=build /src/jobs/target/weir-jobs-all.jar /opt/flink/usrlib/
# The user flink of the base image.
USER 9999
