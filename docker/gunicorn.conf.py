"""The web server in a container: threads for requests that wait, processes for the processors that there are."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2 * (os.cpu_count() or 1))
threads = 4
preload_app = True
# A worker is renewed after about a thousand requests: what leaks stays small.
max_requests = 1000
max_requests_jitter = 100
timeout = 60
graceful_timeout = 30
# Longer than the proxy keeps idle connections open, so that it never sends into a closing one.
keepalive = 75
# Heartbeat files in memory: a slow disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm"
accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'
