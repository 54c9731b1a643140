package dev.slipway.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/// Runs a Quarkus service against the shared test stack:
///
/// ```java
/// @QuarkusTest
/// @QuarkusTestResource(value = StackResource.class, initArgs = @ResourceArg(name = "service", value = "planner"))
/// ```
///
/// Further arguments become settings of the service as they are, over the stack's own.
public final class StackResource implements QuarkusTestResourceLifecycleManager {

    private final Map<String, String> arguments = new HashMap<>();

    @Override
    public void init(Map<String, String> initArgs) {
        arguments.putAll(initArgs);
    }

    @Override
    public Map<String, String> start() {
        String service = arguments.remove("service");
        if (service == null) {
            throw new IllegalArgumentException(
                    "StackResource needs to know the service: add @ResourceArg(name = \"service\", value = \"planner\")");
        }
        Map<String, String> settings = new HashMap<>(TestStack.settings(service));
        settings.put("quarkus.http.test-ssl-port", settings.getOrDefault("slipway.http.port", "0"));
        settings.putAll(arguments);
        return settings;
    }

    @Override
    public void stop() {
        // The stack is the JVM's, not this application's.
    }
}
