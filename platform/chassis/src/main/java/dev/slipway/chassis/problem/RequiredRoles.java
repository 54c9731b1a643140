package dev.slipway.chassis.problem;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says which role a route would have needed.
final class RequiredRoles {
    private RequiredRoles() {}

    static String of(ResourceInfo route) {
        RolesAllowed needed = needed(route);
        if (needed == null) {
            return "nobody may use this route";
        }
        String roles =
                Arrays.stream(needed.value())
                        .map(role -> "\"" + role + "\"")
                        .collect(Collectors.joining(" or "));
        return "the role %s is needed".formatted(roles);
    }

    private static @Nullable RolesAllowed needed(ResourceInfo route) {
        Method method = route.getResourceMethod();
        if (method == null) {
            return null;
        }
        RolesAllowed own = method.getAnnotation(RolesAllowed.class);
        return own != null ? own : route.getResourceClass().getAnnotation(RolesAllowed.class);
    }
}
