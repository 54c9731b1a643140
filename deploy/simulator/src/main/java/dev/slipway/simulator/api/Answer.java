package dev.slipway.simulator.api;

/// What an API server answers.
///
/// @param status of HTTP
record Answer(int status, String json) {
    static Answer failure(int status, String reason, String message) {
        return new Answer(
                status,
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"%s\",\"reason\":\"%s\",\"code\":%d}"
                        .formatted(message, reason, status));
    }

    static Answer unauthorized() {
        return failure(401, "Unauthorized", "Unauthorized");
    }
}
