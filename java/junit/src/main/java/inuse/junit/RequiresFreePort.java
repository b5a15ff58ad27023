package inuse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs these ports, and fails before it begins where one cannot be bound; the message
 * says what holds it. On a class they are asked about before its first test, on a method before
 * that test.
 *
 * <p>Where the executable cannot be asked, a bind of this process decides, and the message says why
 * no more is known. A port of which only connections are left (TIME_WAIT) is free for Java's
 * servers, and so for the test.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({FreePortExtension.class, RefusedBindExtension.class})
public @interface RequiresFreePort {
  /** TCP ports, 1 to 65535, at every address of this host. */
  int[] value();

  /** Whether the test is skipped (aborted) instead, with the same message. */
  boolean skip() default false;
}
