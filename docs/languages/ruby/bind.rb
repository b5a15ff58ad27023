require "socket"

# [snippet]
server = Socket.new(:INET, :STREAM)
server.setsockopt(:SOCKET, :REUSEADDR, true)
server.bind(Addrinfo.tcp("0.0.0.0", 8080))
server.listen(Socket::SOMAXCONN)
# [end]
puts "bound"
