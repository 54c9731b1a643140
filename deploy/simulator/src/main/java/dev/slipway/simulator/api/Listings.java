package dev.slipway.simulator.api;

import java.util.LinkedHashMap;
import java.util.Optional;

/// The lists of nodes that one server gave last, so that what changed since then can be told.
final class Listings {
    private static final int KEPT = 64;

    /// The oldest first.
    private final LinkedHashMap<String, Listing> kept = new LinkedHashMap<>();

    synchronized void remember(Answer answer) {
        if (answer.status() == 200 && answer.json().startsWith("{\"kind\":\"NodeList\"")) {
            Listing listing = Listing.of(answer);
            kept.put(listing.version(), listing);
            if (kept.size() > KEPT) {
                kept.pollFirstEntry();
            }
        }
    }

    /// @param version of a list; empty: from nothing on
    /// @return empty if it is forgotten, or another server's
    synchronized Optional<Listing> since(String version) {
        return version.isEmpty()
                ? Optional.of(Listing.NOTHING)
                : Optional.ofNullable(kept.get(version));
    }
}
