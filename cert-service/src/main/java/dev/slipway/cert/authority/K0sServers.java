package dev.slipway.cert.authority;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.util.stream.Stream;

/// By which servers hosts join a cluster of k0s, each `https://host:port` as hosts reach it.
///
/// @param apiServer for workers
/// @param joinServer for controllers: k0s's own API
public record K0sServers(@NotNull URI apiServer, @NotNull URI joinServer) {
    @JsonIgnore
    @AssertTrue(message = "k0s.apiServer, k0s.joinServer: expected https://host:port")
    public boolean isWithPorts() {
        // What is missing is said by itself.
        return Stream.of(apiServer, joinServer)
                .allMatch(s -> s == null || (Endpoint.isValid(s) && s.getPort() > 0));
    }
}
