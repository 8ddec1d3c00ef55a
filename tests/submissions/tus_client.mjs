/* Sends a file as tus-js-client does: node tus_client.mjs '{"endpoint", "path", "metadata", "headers", …options}'. */

import { createReadStream } from "node:fs";

import tus from "tus-js-client";

const { path, ...options } = JSON.parse(process.argv[2]);
let submission = null;
const statuses = [];

const upload = new tus.Upload(createReadStream(path), {
  ...options,
  retryDelays: Array(40).fill(250),
  onAfterResponse: (request, response) => {
    statuses.push(`${request.getMethod()} ${response.getStatus()}`);
    submission = response.getHeader("Clavier-Submission") ?? submission;
  },
  onError: (error) => {
    process.stdout.write(JSON.stringify({ error: String(error), statuses }));
    process.exit(1);
  },
  onSuccess: () => process.stdout.write(JSON.stringify({ url: upload.url, submission, statuses })),
});
upload.start();
