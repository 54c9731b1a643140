package dev.slipway.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Confirmation;
import dev.slipway.cli.print.Terminal;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "hosts",
        description = "Decide which SSH host keys are trusted.",
        subcommands = HostsCommand.Trust.class,
        synopsisSubcommandLabel = "trust")
public final class HostsCommand {
    @Command(
            name = "trust",
            description = {
                "Trust the host key that a host showed, or one you name.",
                "Compare the fingerprint with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host itself."
            })
    static final class Trust implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();

        @Parameters(paramLabel = "ADDRESS[:PORT]", description = "The host.")
        private String host = "";

        @Option(
                names = "--fingerprint",
                paramLabel = "SHA256:…",
                description = "Trust the key it showed if this is its fingerprint.")
        private Optional<String> fingerprint = Optional.empty();

        @Option(names = "--key", paramLabel = "'TYPE BASE64'", description = "Trust this key.")
        private Optional<String> key = Optional.empty();

        @Option(
                names = "--known-hosts",
                paramLabel = "FILE",
                description = "Trust the keys this file has for the host.")
        private Optional<Path> knownHosts = Optional.empty();

        @Option(
                names = "--replace",
                description = "Forget the keys known so far (after a reinstallation).")
        private boolean replace;

        @Override
        public void run() {
            HostAddress address = address(host);
            trust(client.services(), address, keys(address), replace);
        }

        private List<String> keys(HostAddress address) {
            if (key.isPresent()) {
                return List.of(key.get());
            }
            if (knownHosts.isPresent()) {
                List<String> found =
                        KnownHosts.keys(knownHosts.get(), address.address(), address.port());
                if (found.isEmpty()) {
                    throw CommandFailure.failed(
                            "%s has no key for %s".formatted(knownHosts.get(), address));
                }
                return found;
            }
            return List.of(presented(client.services(), address, fingerprint));
        }
    }

    private HostsCommand() {}

    static HostAddress address(String text) {
        try {
            return HostAddress.of(text, 22);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    /// The brackets of an IPv6 address can't stand in a path as they are.
    static String route(HostAddress address) {
        return "/v1/hosts/" + URLEncoder.encode(address.toString(), StandardCharsets.UTF_8);
    }

    /// The key the host showed, once its fingerprint was compared: by `expected`, or by the person
    /// at the terminal.
    static String presented(Services services, HostAddress address, Optional<String> expected) {
        JsonNode shown = services.planner().get(route(address)).path("presentedHostKey");
        if (!shown.isObject()) {
            throw CommandFailure.failed(
                    "%s has shown no unknown key yet: `slipway apply` looks at it, or name one with --key or --known-hosts"
                            .formatted(address));
        }
        String found = shown.path("fingerprint").asText();
        if (expected.isPresent() && !expected.get().equals(found)) {
            throw CommandFailure.failed(
                    "%s showed %s, not %s: nothing was trusted"
                            .formatted(address, found, expected.get()));
        }
        if (expected.isEmpty() && !agreed(address, found)) {
            throw CommandFailure.failed("not confirmed, nothing was trusted");
        }
        return shown.path("key").asText();
    }

    private static boolean agreed(HostAddress address, String fingerprint) {
        if (!Terminal.canAsk()) {
            throw CommandFailure.usage(
                    "%s showed the key %s. Nobody can be asked here: repeat with --fingerprint %s once you have compared it"
                            .formatted(address, fingerprint, fingerprint));
        }
        return Confirmation.ask(
                        "%s shows the host key %s%nTrust it? (yes/no) "
                                .formatted(address, fingerprint))
                .equals("yes");
    }

    private static void trust(
            Services services, HostAddress address, List<String> keys, boolean replace) {
        services.planner()
                .put(route(address) + "/host-keys", Map.of("keys", keys, "replace", replace));
        System.out.printf(
                "%s is trusted with %d %s%n",
                address, keys.size(), keys.size() == 1 ? "key" : "keys");
    }

    /// Where a run stopped at hosts that are unknown and there is a person at the terminal, asks
    /// about each: the person compares fingerprints.
    ///
    /// @return whether the run can be taken up again, because hosts are trusted now
    public static boolean trustUnknown(Services services, String run) {
        if (!Terminal.canAsk()) {
            return false;
        }
        List<HostAddress> unknown = new ArrayList<>();
        for (JsonNode failure : services.planner().get("/v1/runs/" + run).path("failures")) {
            if (failure.path("reason").asText().equals(ReasonCode.HOST_KEY_UNKNOWN.name())) {
                unknown.add(HostAddress.of(failure.path("host").asText()));
            }
        }
        for (HostAddress host : unknown) {
            trust(services, host, List.of(presented(services, host, Optional.empty())), false);
        }
        return !unknown.isEmpty();
    }
}
