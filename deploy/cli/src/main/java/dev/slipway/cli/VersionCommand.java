package dev.slipway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Show the version.")
final class VersionCommand implements Runnable {
    @Override
    public void run() {
        System.out.println("slipway " + version() + " (Java " + Runtime.version() + ")");
    }

    private static String version() {
        var properties = new Properties();
        try (InputStream file = VersionCommand.class.getResourceAsStream("version.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new IllegalStateException("the jar lacks version.properties", e);
        }
        return properties.getProperty("version");
    }
}
