// Command kafka_broker is a Kafka broker for tests: the real protocol, by kfake of franz-go.
//
// It prints its address once it listens, keeps its records in -data, and ends when its standard
// input does, so that it never outlives the test that started it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "kafka_broker:", err)
		os.Exit(1)
	}
}

func run() error {
	port := flag.Int("port", 0, "port to listen on; 0: any free one")
	data := flag.String("data", "", "directory of the records")
	user := flag.String("user", "", "user of SASL; empty: no login")
	password := flag.String("password", "", "password of the user")
	flag.Parse()
	if *data == "" {
		return errors.New("-data is missing")
	}
	options := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.Ports(*port),
		kfake.ClusterID("tests"),
		kfake.DataDir(*data),
		kfake.SyncWrites(),
	}
	if *user != "" {
		options = append(
			options,
			kfake.EnableSASL(),
			kfake.Superuser("SCRAM-SHA-256", *user, *password),
		)
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return err
	}
	defer cluster.Close()
	fmt.Println(cluster.ListenAddrs()[0])
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
