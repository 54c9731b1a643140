package dev.slipway.contracts;

import java.util.Map;
import java.util.UUID;

/// x
public record RunId(UUID value) {
    String lookup(Map<String, String> m) {
        return m.get("k").trim();
    }
}
