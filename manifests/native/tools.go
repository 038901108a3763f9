//go:build tools

// Package tools names the programs that the native cluster is made of, so that go.mod holds what they need.
package tools

import (
	_ "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin"
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kube-proxy"
	_ "k8s.io/kubernetes/cmd/kube-scheduler"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
