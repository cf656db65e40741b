# Two stages: the first installs thermodynamo into a virtual environment, the second carries only that environment.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY emulator ./emulator
COPY storage ./storage
RUN python3 -m venv /opt/thermodynamo
RUN PIP_CONSTRAINT=constraints.txt /opt/thermodynamo/bin/pip install --no-cache-dir '.[tls,vectors]'
# What starts DynamoDB Local by its command line (testcontainers, compose files) starts this server.
RUN printf '#!/bin/sh\nexec /opt/thermodynamo/bin/thermodynamo java "$@"\n' > /opt/thermodynamo/bin/java
RUN chmod 755 /opt/thermodynamo/bin/java

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin thermodynamo
COPY --from=build /opt/thermodynamo /opt/thermodynamo
RUN ln -s /opt/thermodynamo/bin/java /opt/thermodynamo/bin/thermodynamo /usr/local/bin/
# The folder in which DynamoDB Local's image works.
RUN install --directory --owner 10001 /home/dynamodblocal /home/dynamodblocal/data
WORKDIR /home/dynamodblocal
# By number, so that a cluster that asks for a user other than root can see that it is one.
USER 10001
# In a container the only useful address is all of them; `docker run -p` decides who can reach it.
ENV THERMODYNAMO_HOST=0.0.0.0
ENV THERMODYNAMO_PORT=8000
EXPOSE 8000
# Process 1 is asked for its port, so that the check holds whatever -port or --port it was given.
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["/opt/thermodynamo/bin/thermodynamo", "health", "--process", "1"]
# The exec form: the server is process 1 and receives SIGTERM itself.
ENTRYPOINT ["/opt/thermodynamo/bin/thermodynamo"]
