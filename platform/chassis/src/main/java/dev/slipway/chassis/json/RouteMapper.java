package dev.slipway.chassis.json;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.contracts.Wire;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Routes speak the wire form of [Wire] with one difference: a field that a request should not have
/// is refused with its name, since a misspelt field that is ignored is a wish that is not granted.
final class RouteMapper {
    private RouteMapper() {}

    @Produces
    @Singleton
    static ObjectMapper mapper() {
        return Wire.configure(JsonMapper.builder())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // A parser's message would show the text around the fault, which may be a secret.
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }
}
