package dev.slipway.local.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/// Makes what is missing: per service a database and its three roles. May be repeated.
final class ServiceDatabases {

    /// Opens a connection as the administrator.
    interface Connector {
        Connection connect(String database) throws SQLException;
    }

    private final Connector connector;
    private final DatabasePasswords passwords;

    ServiceDatabases(Connector connector, DatabasePasswords passwords) {
        this.connector = connector;
        this.passwords = passwords;
    }

    void provide(List<String> services) throws SQLException {
        try (Connection server = connector.connect("postgres")) {
            for (String service : services) {
                provideRoles(server, service);
                provideDatabase(server, service);
            }
        }
    }

    private void provideRoles(Connection server, String service) throws SQLException {
        for (DatabaseRole role : DatabaseRole.values()) {
            String name = role.of(service);
            if (!exists(server, "SELECT 1 FROM pg_roles WHERE rolname = ?", name)) {
                execute(
                        server,
                        "CREATE ROLE " + name + " NOSUPERUSER NOCREATEDB NOCREATEROLE NOLOGIN");
            }
            // The driver sends a SCRAM verifier, so that no log of the server can show the
            // password.
            server.unwrap(PGConnection.class)
                    .alterUserPassword(name, passwords.of(name).toCharArray(), "scram-sha-256");
            execute(server, "ALTER ROLE " + name + " LOGIN");
        }
    }

    private void provideDatabase(Connection server, String service) throws SQLException {
        String owner = DatabaseRole.OWNER.of(service);
        String users = DatabaseRole.APP.of(service) + ", " + DatabaseRole.WORKER.of(service);
        if (!exists(server, "SELECT 1 FROM pg_database WHERE datname = ?", service)) {
            execute(server, "CREATE DATABASE " + service + " OWNER " + owner);
        }
        execute(server, "REVOKE ALL ON DATABASE " + service + " FROM PUBLIC");
        execute(server, "GRANT CONNECT ON DATABASE " + service + " TO " + users);
        try (Connection database = connector.connect(service)) {
            execute(database, "ALTER SCHEMA public OWNER TO " + owner);
            execute(database, "GRANT USAGE ON SCHEMA public TO " + users);
            String byDefault =
                    "ALTER DEFAULT PRIVILEGES FOR ROLE " + owner + " IN SCHEMA public GRANT ";
            execute(database, byDefault + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + users);
            execute(database, byDefault + "USAGE, SELECT ON SEQUENCES TO " + users);
        }
    }

    private static boolean exists(Connection connection, String query, String name)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
