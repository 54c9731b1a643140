package dev.slipway.local.part;

import java.util.concurrent.CountDownLatch;

/// A program that does nothing until it is ended.
final class Sleeper {

    private Sleeper() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("up");
        new CountDownLatch(1).await();
    }
}
