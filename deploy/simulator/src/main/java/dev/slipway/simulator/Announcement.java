package dev.slipway.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.slipway.simulator.ssh.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What others are told about the hosts: `hosts.json` and `known_hosts` in the home, both written
/// whole.
final class Announcement {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record User(String name, boolean publicKey, @Nullable String passwordFile, String sudo) {}

    record Host(
            String name,
            String address,
            int port,
            List<User> users,
            String privateKey,
            String hostKey,
            String fingerprint) {}

    record Hosts(String knownHosts, double timeScale, List<Host> hosts) {}

    private Announcement() {}

    static void write(SimulatorConfig config, Collection<RunningHost> running) throws IOException {
        List<Host> hosts = new ArrayList<>();
        StringBuilder known = new StringBuilder();
        for (RunningHost host : running) {
            String key = KeyFiles.line(host.hostKey());
            hosts.add(
                    new Host(
                            host.name(),
                            host.address(),
                            host.port(),
                            users(config),
                            config.home().resolve("id_ed25519").toString(),
                            key,
                            KeyFiles.fingerprint(host.hostKey())));
            String name =
                    host.port() == 22
                            ? host.address()
                            : "[%s]:%d".formatted(host.address(), host.port());
            known.append(name).append(' ').append(key).append('\n');
        }
        replace(config.home().resolve("known_hosts"), known.toString());
        String json =
                new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(
                                new Hosts(
                                        config.home().resolve("known_hosts").toString(),
                                        config.timeScale(),
                                        hosts));
        replace(config.home().resolve("hosts.json"), json + "\n");
    }

    private static List<User> users(SimulatorConfig config) {
        return config.access().logins().stream()
                .sorted()
                .map(login ->
                        switch (login) {
                            case ROOT -> new User(login.user(), true, null, "not needed");
                            case SUDO_WITH_PASSWORD ->
                                    new User(
                                            login.user(),
                                            true,
                                            config.home().resolve("password").toString(),
                                            "password");
                            case SUDO_WITHOUT_PASSWORD ->
                                    new User(login.user(), true, null, "no password");
                        })
                .toList();
    }

    private static void replace(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
