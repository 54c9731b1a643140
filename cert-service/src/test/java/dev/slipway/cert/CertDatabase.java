package dev.slipway.cert;

import dev.slipway.testkit.TestStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The service's database as its roles see it.
public final class CertDatabase {
    private CertDatabase() {}

    /// @param role `owner`, `app` or `worker`
    public static Connection as(String role) throws SQLException {
        Map<String, String> settings = TestStack.settings("cert");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%s/%s"
                        .formatted(
                                settings.get("slipway.database.port"),
                                settings.get("slipway.database.name")),
                setting(settings, "slipway.database." + role + ".username"),
                setting(settings, "slipway.database." + role + ".password"));
    }

    /// The first column of every row, as text.
    public static List<String> column(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /// Every row of every table, as JSON, bytes in hexadecimal.
    public static String dump() throws SQLException {
        var dump = new StringBuilder();
        try (var worker = as("worker")) {
            for (String table :
                    column(
                            worker,
                            "SELECT table_name FROM information_schema.role_table_grants"
                                    + " WHERE table_schema = 'public' AND privilege_type = 'SELECT' AND grantee = current_user")) {
                for (String row :
                        column(worker, "SELECT row_to_json(t) FROM \"%s\" t".formatted(table))) {
                    dump.append(table).append(' ').append(row).append('\n');
                }
            }
        }
        return dump.toString();
    }

    private static String setting(Map<String, String> settings, String key) {
        return Objects.requireNonNull(settings.get(key), key);
    }
}
