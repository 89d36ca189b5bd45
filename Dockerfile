# UNVERIFIED: written with care and never built, because no container engine was at hand. `make run` is the tried way.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The time zones of opening hours go into the program: the image has no files of its own.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=auto -tags timetzdata -o /tandem ./cmd/tandem && mkdir /data

FROM scratch
# The authorities that SMS gateways, webhooks and look-ups over TLS are checked against.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /tandem /tandem
COPY --from=build --chown=65532:65532 /data /var/lib/tandem
USER 65532:65532
ENTRYPOINT ["/tandem"]
CMD ["serve"]
