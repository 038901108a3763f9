//go:build tools

// Package echo names Istio's echo server, so that go.mod holds what it needs. It is a module of its own: Istio and
// Kubernetes want different versions of the same libraries.
package echo

import _ "istio.io/istio/pkg/test/echo/cmd/server"
