package dev.slipway.local.database;

import java.nio.file.Path;
import java.util.List;

/// How to run the server.
///
/// @param directory holds the data, the passwords and the log; made with mode 0700
/// @param binaries where PostgreSQL's programs are unpacked; may be shared by several servers
/// @param port TCP port on 127.0.0.1
/// @param durable whether a commit survives a power cut; false is for tests only
/// @param services one database each, named like the service: lower-case letters
public record DatabaseSettings(
        Path directory, Path binaries, int port, boolean durable, List<String> services) {

    public DatabaseSettings {
        directory = directory.toAbsolutePath().normalize();
        binaries = binaries.toAbsolutePath().normalize();
        services = List.copyOf(services);
        for (String service : services) {
            // The name goes into statements that take no parameters.
            if (!service.matches("[a-z]{1,32}")) {
                throw new IllegalArgumentException(
                        "service \"" + service + "\" is not 1 to 32 lower-case letters");
            }
        }
    }

    Path data() {
        return directory.resolve("data");
    }

    Path passwords() {
        return directory.resolve("passwords.properties");
    }
}
