package inuse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A port that no other process is given as long as it is used, for a parameter of type {@code int},
 * {@code Integer} or {@link inuse.java.HeldPort}. A server that sets SO_REUSEADDR, as Java's do,
 * starts there at once.
 *
 * <p>The parameter of a test method, {@code @BeforeEach} or {@code @AfterEach} is held until that
 * test has ended; that of a constructor, {@code @BeforeAll} or {@code @AfterAll} until all tests of
 * the class have. Each parameter gets a port of its own.
 */
@Documented
@Target({ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({PortExtension.class, RefusedBindExtension.class})
public @interface HeldPort {}
