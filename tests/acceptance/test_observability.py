"""What an operator sees of a job that ran: metrics in one place, workers, health, log lines that belong together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.cli.health import healthy_processes
from shared.client import Client, Job
from shared.stack.environment import running_stack as look_at
from tests.conftest import RunningStack
from tests.integration.jobs.waiting import until

MODEL = "starter/adcopy"


@pytest.fixture(scope="module")
def client(running_stack: RunningStack) -> Iterator[Client]:
    with Client(running_stack.web_url, running_stack.api_key) as made:
        yield made


@pytest.fixture(scope="module")
def job(client: Client) -> Job:
    """A job that has succeeded."""
    accepted = client.submit(MODEL, {"prompt": "Write a playful slogan for coffee by Zorvi", "seed": 7})
    return client.wait(accepted.id, 60)


def scraped(stack: RunningStack) -> dict[str, float]:
    """Every sample that names this model or none, by its name; those of histograms without their buckets."""
    with httpx.Client(trust_env=False) as http:
        reply = http.get(f"{stack.web_url}/metrics").raise_for_status()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
        if "le" not in sample.labels and sample.labels.get("model", MODEL) == MODEL
    }


def lines(stack: RunningStack, process: str) -> list[dict[str, Any]]:
    written = (stack.stack.home / "logs" / f"{process}.log").read_text().splitlines()
    return [json.loads(line) for line in written if line.startswith("{")]


def test_one_scrape_shows_what_every_process_counted(running_stack: RunningStack, job: Job) -> None:
    found = scraped(running_stack)

    for of_the_worker in (
        "bottega_claim_seconds_count",
        "bottega_claim_latency_seconds_count",
        "bottega_forward_batch_jobs_count",
        "bottega_device_busy_seconds_total",
        "bottega_step_seconds_count",
        "bottega_model_load_seconds_count",
        "bottega_encode_seconds_count",
        "bottega_upload_seconds_count",
        "bottega_upload_bytes_total",
        "bottega_finish_seconds_count",
    ):
        assert found[of_the_worker] > 0, of_the_worker
    assert found["bottega_http_requests_total"] > 0
    assert found["bottega_dispatchers_leading"] == 1
    until(lambda: scraped(running_stack)["bottega_dispatcher_tick_seconds_count"] > 0)


def test_the_worker_that_ran_a_job_counts_it(client: Client, job: Job) -> None:
    def done() -> int:
        return sum(worker.jobs_done for worker in client.workers() if worker.queue == "generation")

    until(done, what="a count of the job")
    assert {worker.queue for worker in client.workers()} == {"generation", "composition", "delivery"}


def test_every_process_is_healthy(running_stack: RunningStack) -> None:
    home = Path(running_stack.stack.home)

    def health() -> dict[str, bool]:
        stack = look_at(home)
        assert stack is not None
        return healthy_processes(stack, home, web_ready=True)

    until(lambda: all(health().values()))
    assert set(health()) == set(running_stack.stack.process_names)


def test_a_request_and_its_job_are_found_by_either_s_id_in_the_logs_of_both_processes(
    running_stack: RunningStack, job: Job
) -> None:
    of_web = [line for line in lines(running_stack, "web") if job.id in line.get("job_ids", [])]
    of_worker = [line["event"] for line in lines(running_stack, "gpu-worker") if job.id in line.get("job_ids", [])]

    (accepted,) = [line for line in of_web if line["event"] == "job.accepted"]
    requests = [line for line in lines(running_stack, "web") if line["event"] == "request"]
    (request,) = [line for line in requests if line["request_id"] == accepted["request_id"]]
    assert (request["method"], request["path"], request["status"]) == ("POST", "/api/v1/jobs", 202)
    assert of_worker.count("job.started") == of_worker.count("job.succeeded") == 1
    assert {"forward_batch", "finished"} <= set(of_worker)
