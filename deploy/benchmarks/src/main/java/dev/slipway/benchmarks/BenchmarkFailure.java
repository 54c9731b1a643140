package dev.slipway.benchmarks;

import java.io.Serial;

/// A benchmark that cannot be run here. The message has three parts.
final class BenchmarkFailure extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    BenchmarkFailure(String message) {
        super(message);
    }

    BenchmarkFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
