#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <iostream>
#include <system_error>

static void serve() {
    // [snippet]
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(8080);
    if (bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 || listen(fd, SOMAXCONN) < 0) {
        throw std::system_error(errno, std::generic_category(), "port 8080");
    }
    // [end]
}

int main() {
    try {
        serve();
        std::cout << "bound" << std::endl;
    } catch (const std::system_error &e) {
        std::cerr << e.what() << std::endl;
        return 1;
    }
}
