import java.net.InetSocketAddress
import java.net.ServerSocket

fun main() {
    // [snippet]
    val server = ServerSocket() // not bound yet
    server.reuseAddress = true
    server.bind(InetSocketAddress(8080))
    // [end]
    println("bound")
    server.close()
}
