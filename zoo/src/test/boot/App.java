import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * A web application with nothing in it. Its class path says on which server and which Spring Boot.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class App {
  /**
   * Options: {@code --app.ends} ends it when it has started, {@code --app.socket=PORT} binds
   * another socket, and the property {@code app.first} of Java one before Spring Boot begins.
   */
  public static void main(String[] arguments) throws IOException {
    Integer first = Integer.getInteger("app.first");
    ServerSocket kept = first == null ? null : new ServerSocket(first);
    ConfigurableApplicationContext context = SpringApplication.run(App.class, arguments);
    if (context.getEnvironment().containsProperty("app.ends")) {
      context.close();
    }
    if (kept != null) {
      kept.close();
    }
  }

  @Bean
  ServerSocket socket(Environment environment) throws IOException {
    ServerSocket socket = new ServerSocket();
    String port = environment.getProperty("app.socket");
    if (port != null) {
      socket.bind(new InetSocketAddress(Integer.parseInt(port)));
    }
    return socket;
  }
}
