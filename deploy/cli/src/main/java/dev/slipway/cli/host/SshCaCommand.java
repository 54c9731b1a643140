package dev.slipway.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.print.Terminal;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "ssh-ca",
        description = {
            "Print what hosts must trust for `ssh.certificate: {}` of a Clusterfile:",
            "the public keys of your tenant's SSH authority."
        },
        subcommands = SshCaCommand.Rotate.class)
public final class SshCaCommand implements Runnable {
    private static final String ROUTE = "/v1/ssh-authority";

    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Output output = new Output();

    @Command(
            name = "rotate",
            description = {
                "Make the key that will sign next; hosts should trust it before it does.",
                "Then, with --use, let it sign."
            })
    static final class Rotate implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Option(names = "--use", description = "From now on the next key signs.")
        private boolean use;

        @Override
        public void run() {
            print(client.services().cert().post(ROUTE + "/rotations", Map.of("use", use)), output);
        }
    }

    @Override
    public void run() {
        print(client.services().cert().get(ROUTE), output);
    }

    private static void print(JsonNode authority, Output output) {
        output.one(authority, () -> text(authority), SshCaCommand::lines);
    }

    /// What to put where, and why.
    static String text(JsonNode authority) {
        return """
        # The SSH authority of tenant %1$s. On every host, as /etc/ssh/slipway_ca.pub:
        %2$s

        # In /etc/ssh/sshd_config of every host, then reload sshd:
        #   TrustedUserCAKeys /etc/ssh/slipway_ca.pub
        # A certificate is for the user that the Clusterfile names (ssh.user), and lets nobody else in. To
        # allow some users only, list them, one a line, in a file for each user:
        #   AuthorizedPrincipalsFile /etc/ssh/principals/%%u
        # For one user only, without sshd_config, in that user's ~/.ssh/authorized_keys instead:
        %3$s
        """
                .formatted(
                        Terminal.safe(authority.path("tenant").asText()),
                        lines(authority),
                        lines(authority)
                                .lines()
                                .map("#   cert-authority %s"::formatted)
                                .collect(Collectors.joining("\n")))
                .stripTrailing();
    }

    /// The public keys, one a line.
    private static String lines(JsonNode authority) {
        String tenant = authority.path("tenant").asText();
        return StreamSupport.stream(authority.path("keys").spliterator(), false)
                .map(key ->
                        "%s slipway-%s-%s-%s"
                                .formatted(
                                        key.path("publicKey").asText(),
                                        tenant,
                                        key.path("number").asText(),
                                        key.path("state").asText()))
                .map(Terminal::safe)
                .collect(Collectors.joining("\n"));
    }
}
