"""PISA by one command: what is known of the recipe, what was chosen, and how it is judged.

**Known**, from Parmar, Reddy and Morris, 'Piano Skills Assessment' (MMSP 2021), and the loader they released: ten clips
of sixteen frames; frames resized to 128×171 by PIL, centre-cropped to 112×112, normalised by Kinetics' mean and
deviation for ResNet-3D and by ImageNet's for C3D; a mel spectrogram (n_fft 2048, hop 512, 128 bands, 20 to 8300 Hz,
top_db 80) of each clip's own sound, from its first frame to its last, at the file's own rate, scaled per clip, as a
picture of 224×224; averaging over clips; cross-entropy + 0.1·(L1 + L2) in each branch; no gradient from the multimodal
branch into a backbone; Adam, learning rate 1e-4, 100 epochs, batches of four; C3D and an ImageNet ResNet18-2D to begin
with. The loader's mirroring has no effect (its result is thrown away), so none is done here.

**Chosen**, because neither paper nor code says: no weight decay and no schedule (as in the training code that the same
first author released for MTL-AQA), new order every epoch, frames read in the order of their numbers. The scale of the
mel picture is fixed (0 to -80 dB under the clip's maximum), where the release stretches each clip between its own
extremes. The recipe of the 2023 paper is not published; its rows are trained by the same one.

**Two protocols.** `released` is the papers': all released training samples, the released test samples, no validation;
the last epoch counts, never one chosen on the test set. `repaired` moves the test performances of the five source
videos that stand on both sides over to learning, so that no video is on both; the test side is the released one without
them. Every fifth learning video, in the order of its player's level, is kept for validation, on whose mean absolute
error the epoch is chosen. PISA names no players: one player in two videos would still go unseen.
"""
