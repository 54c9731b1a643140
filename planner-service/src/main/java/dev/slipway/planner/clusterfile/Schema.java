package dev.slipway.planner.clusterfile;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The schema of a foreign document, written as records: a component is a field of the document,
/// its annotations are what holds of the field. [SchemaReader], [SchemaDefaults] and [SchemaWriter]
/// go by it.
///
/// A component is an `Optional` of `String`, `Boolean`, `Integer` or a record, a `List` of `String`
/// or a record, a `Map` of texts, or a `Map` of anything. What is absent and what is an empty list
/// or map are the same.
final class Schema {
    private Schema() {}

    /// The field's name, where it is no Java name.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Named {
        String value();
    }

    /// The field has to be there.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Needed {}

    /// The first minor release 1.x whose programs may know the field. Older ones surely do not.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Since {
        int value();
    }

    /// The first minor release 1.x to which the field means nothing any more.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Gone {
        int value();

        /// What to do about it.
        String instead();
    }

    /// The form of the text, or of each text of a list.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Is {
        Form value();
    }

    /// The words that the text may be.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface OneOf {
        String[] value();
    }

    /// The bounds of a number, both included. Without it: 0 and more.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Range {
        int least() default 1;

        int most();
    }

    /// A secret stands in the field, which no Clusterfile holds.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Secret {
        /// What to do instead.
        String value();

        /// The texts that are secret, or hold one.
        String where() default "(?s).+";
    }

    /// A URL with user and password.
    static final String WITH_PASSWORD = "(?s)[a-z][a-z0-9+.-]*://[^/@]*:[^/]*@.*";

    /// What counts where the field is absent; of a record: that it counts as there, with its own
    /// defaults.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Default {
        String value() default "";
    }

    static String name(RecordComponent component) {
        Named named = component.getAnnotation(Named.class);
        return named == null ? component.getName() : named.value();
    }

    static List<String> names(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).map(Schema::name).toList();
    }

    /// What the `Optional` or `List` holds, or the values of the `Map`.
    static Class<?> item(RecordComponent component) {
        var types = ((ParameterizedType) component.getGenericType()).getActualTypeArguments();
        return (Class<?>) types[types.length - 1];
    }

    static boolean isKnown(RecordComponent component, KubernetesVersion version) {
        Since since = component.getAnnotation(Since.class);
        Gone gone = component.getAnnotation(Gone.class);
        return (since == null || version.isAtLeast(1, since.value()))
                && (gone == null || !version.isAtLeast(1, gone.value()));
    }

    /// The component's value where its field is absent.
    static Object nothing(RecordComponent component) {
        Class<?> type = component.getType();
        return type == List.class ? List.of() : type == Map.class ? Map.of() : Optional.empty();
    }

    static Object get(Record owner, RecordComponent component) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    static <R extends Record> R make(Class<R> type, Object[] values) {
        try {
            return type.getDeclaredConstructor(
                            Arrays.stream(type.getRecordComponents())
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
        }
    }
}
