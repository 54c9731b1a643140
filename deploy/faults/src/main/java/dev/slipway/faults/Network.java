package dev.slipway.faults;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Who can reach whom.
final class Network {
    private static final Duration LEAST = Duration.ofMillis(1);

    private final Baton baton;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private double cutting;
    private boolean slow;

    Network(Baton baton) {
        this.baton = baton;
    }

    /// The way between two, both directions.
    final class Link {
        private boolean up = true;

        boolean up() {
            return up;
        }

        void down() {
            up = false;
        }

        void restore() {
            up = true;
        }

        /// Whether a connection breaks at this very packet.
        boolean cuts() {
            return cutting > 0 && baton.chance(cutting);
        }

        Duration delay() {
            return baton.between(
                    LEAST,
                    slow && baton.chance(0.05) ? Duration.ofSeconds(8) : Duration.ofMillis(60));
        }
    }

    Link link(String from, String to) {
        return links.computeIfAbsent(from + "-" + to, _ -> new Link());
    }

    /// @param share of packets at which a connection breaks
    void cutting(double share) {
        cutting = share;
    }

    void slow(boolean value) {
        slow = value;
    }

    boolean whole() {
        return cutting == 0 && !slow && links.values().stream().allMatch(Link::up);
    }

    void heal() {
        cutting = 0;
        slow = false;
        links.values().forEach(Link::restore);
    }
}
