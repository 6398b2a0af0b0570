# Builds the program and leaves only the binary and what it links to.
FROM rust:1.95.0-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN useradd --system --create-home --home-dir /var/lib/depositary depositary
COPY --from=build /src/target/release/depositary /usr/local/bin/depositary
# By which webhooks know their receivers.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# A new volume takes on whose folder it covers.
RUN install --directory --owner depositary --mode 700 /var/lib/depositary/keys
USER depositary
WORKDIR /var/lib/depositary
EXPOSE 8080
ENV DEPOSITARY_LISTEN=0.0.0.0:8080
ENTRYPOINT ["depositary"]
CMD ["serve"]
