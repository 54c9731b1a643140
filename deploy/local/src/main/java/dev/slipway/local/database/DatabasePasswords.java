package dev.slipway.local.database;

import dev.slipway.local.files.PrivateFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The roles' passwords: random, made once, kept in a file of mode 0600.
final class DatabasePasswords {

    static final String ADMINISTRATOR = "postgres";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> byRole;

    private DatabasePasswords(Map<String, String> byRole) {
        this.byRole = byRole;
    }

    static DatabasePasswords in(Path file, List<String> services) {
        Map<String, String> kept = PrivateFile.read(file);
        Map<String, String> all = new TreeMap<>(kept);
        all.computeIfAbsent(ADMINISTRATOR, role -> fresh());
        for (String service : services) {
            for (DatabaseRole role : DatabaseRole.values()) {
                all.computeIfAbsent(role.of(service), name -> fresh());
            }
        }
        if (!all.equals(kept)) {
            PrivateFile.write(file, all);
        }
        return new DatabasePasswords(all);
    }

    String of(String role) {
        String password = byRole.get(role);
        if (password == null) {
            throw new IllegalArgumentException(
                    "no database role \"" + role + "\": known are " + byRole.keySet());
        }
        return password;
    }

    private static String fresh() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "DatabasePasswords" + byRole.keySet();
    }
}
