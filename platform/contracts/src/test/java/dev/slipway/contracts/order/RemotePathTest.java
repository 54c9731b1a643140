package dev.slipway.contracts.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemotePathTest {
    @ParameterizedTest
    @CsvSource({
        "'G,F,G', G/F/G",
        "'gfg,GFG', gfg/GFG",
        "'Geeks,for,Geeks', Geeks/for/Geeks",
        "'a,,b', a/b",
        "'/etc/,/kubernetes', /etc/kubernetes",
        "'/etc,..,var', /var",
        "'/,..,..', /",
        "'a,..,..,b', ../b",
        "'a//b/./c/', a/b/c",
        "'C:\\x,y', C:\\x/y",
        "'', ."
    })
    void joinsAndCleans(String elements, String expected) {
        assertThat(RemotePath.join(elements.split(",")).value()).isEqualTo(expected);
    }

    @Test
    void joinsNothingToTheCurrentDirectory() {
        assertThat(RemotePath.join().value()).isEqualTo(".");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc, ../passwd",
        "/etc, a/../../b",
        "etc, ../../x",
        "., ..",
        "/etc/kube, ../kubernetes"
    })
    void refusesAnElementThatEscapesItsBase(String base, String element) {
        assertThatThrownBy(() -> RemotePath.of(base).resolveInside(element))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(element)
                .hasMessageContaining(base);
    }

    @Test
    void refusesAnElementThatLeavesItsBaseAndComesBack() {
        assertThatThrownBy(() -> RemotePath.of("/etc").resolveInside("..", "etc"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void staysInsideForOrdinaryElements() {
        assertThat(RemotePath.of("/etc").resolveInside("kubernetes", "", "pki/etcd").value())
                .isEqualTo("/etc/kubernetes/pki/etcd");
        assertThat(RemotePath.of("/").resolveInside("a").value()).isEqualTo("/a");
        assertThat(RemotePath.of("/etc/x").parent()).isEqualTo(RemotePath.of("/etc"));
    }

    @Test
    void refusesNul() {
        assertThatThrownBy(() -> RemotePath.of("a\0b")).hasMessageContaining("NUL");
    }

    @Property
    boolean cleaningTwiceChangesNothing(@ForAll String text) {
        String path = text.replace("\0", "");
        return RemotePath.of(RemotePath.of(path).value()).equals(RemotePath.of(path));
    }

    @Property
    boolean neverEscapesItsBase(@ForAll String first, @ForAll String second) {
        var base = RemotePath.of("/srv/base");
        try {
            return base.resolveInside(first.replace("\0", ""), second.replace("\0", ""))
                    .isInside(base);
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
