package main

import (
	"fmt"
	"log"
	"net"
)

func main() {
	// [snippet]
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		log.Fatal(err)
	}
	// [end]
	fmt.Println("bound")
	listener.Close()
}
