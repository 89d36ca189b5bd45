# UNVERIFIED: written with care and never built, because no container engine was at hand. `make run` is the tried way.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /tandem ./cmd/tandem && mkdir /data

FROM scratch
COPY --from=build /tandem /tandem
COPY --from=build --chown=65532:65532 /data /var/lib/tandem
USER 65532:65532
ENTRYPOINT ["/tandem"]
CMD ["serve"]
