"""The network seam: the only import of httpx in the tree."""

import httpx

Transport = httpx.AsyncBaseTransport
